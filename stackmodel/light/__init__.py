"""Light: spectra, filters, sources."""
