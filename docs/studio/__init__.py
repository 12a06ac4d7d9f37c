"""Studio: draws the portal's illustrations and short films. A development tool, never imported at run time."""
