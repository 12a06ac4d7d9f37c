"""The portal: settings and URLs, and the shared kernel below the applications."""
