"""The evidence of one signature in a file, and the script that checks it without the portal."""
