"""Recombination in a layer and at an interface, one mechanism a file.

`table` lists the mechanisms with the columns that they read; `every` adds their rates up. A mechanism's file holds its
rate with derivatives, the columns that its quantities fill, its one-way rates, and what it stores where it stores
anything. Every rate carries 1 - exp(-d), d = (F_n - F_p)/kT, and so vanishes exactly at equilibrium.
"""
