"""What happens locally: arrays in, arrays out; nothing here knows a layer or a device."""
