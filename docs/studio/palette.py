"""Colours of the drawings: glazed Burgundy tiles on paper. Nothing else is used."""

OCHRE, OCHRE_D, OCHRE_L = "#C98A1B", "#9A650F", "#E5BC66"
BRICK, BRICK_D, BRICK_L = "#A8432A", "#7C2D1A", "#D27C5E"
GREEN, GREEN_D, GREEN_L, GREEN_M = "#1F5A46", "#143F31", "#6FA58C", "#2E7A63"
BLACK, GREY, STONE = "#1E1B18", "#6A6058", "#DCCFB9"
PAPER, WHITE, SAND = "#FBF6EC", "#FFFFFF", "#F0E5D0"
ROSE, ROSE_L, ROSE_D = "#D98A90", "#EDBDBD", "#B9636C"
WATER, WATER_L = "#8FB9B5", "#C4DCD6"
PANEL, PANEL_L = "#2E5D66", "#3C7078"
EARTH = "#5A3A22"
WOOD, WOOD_D = "#C99A63", "#A3743F"

# Skin tones and hair, varied on purpose.
SKIN = ("#F0C7A2", "#D9A074", "#A86E48", "#74482F")
HAIR = (BLACK, "#5A3A22", "#8A5A2B", "#C9C1B6", "#A04A24")

# One soft tint per axis, then its family from dark to light.
TINT = {1: "#F6E7C6", 2: "#F4DCCF", 3: "#DCE9DD"}
TINT_2 = {1: "#EBD29A", 2: "#E8BFA9", 3: "#B9D3BF"}
FAMILY = {
    1: (OCHRE_D, OCHRE, OCHRE_L),
    2: (BRICK_D, BRICK, BRICK_L),
    3: (GREEN_D, GREEN, GREEN_L),
}
TILES = (BRICK, OCHRE, GREEN, BLACK)
