"""Whole networks, one file each, from backbone, decoder and head.

A file registers what a card or a recipe may name; a new one here is found by itself.
"""
