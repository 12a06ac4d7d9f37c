"""Measures the portal's pages against a page of a bare Wagtail project: ``make bench``."""
