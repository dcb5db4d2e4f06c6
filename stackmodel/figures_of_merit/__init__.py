"""Numbers read off arrays: of a curve, of bands, of depleted layers."""
