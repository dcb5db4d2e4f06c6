"""A light-emitting diode of PbS dots in a blend, for 1400 nm (Pradhan et al., Nature Nanotechnology 14, 72 (2019)).

Dots of a small gap emit; dots of a larger gap and ZnO nanocrystals around them carry and passivate. The layer stands
here as one film of the emitting dots, as excitons with the yield of the blend.
"""

import numpy

import stackmodel as sm

CITATION = "Pradhan et al., Nature Nanotechnology 14, 72 (2019), doi:10.1038/s41565-018-0312-y"

device = sm.QLED(
    """
    ITO 100nm
    / ZnO 60nm
    / PbS(peak=1400nm, halide) 60nm [photoluminescence_yield=0.6, biexciton_lifetime=6e-11 s, dot_density=1e19 cm^-3]
    / PbS(1.33eV, EDT) 45nm
    / Au 100nm
    """,
    temperature=300,
)

#: What the paper reports: value, unit, condition, where it was read.
REPORTED = {
    "electroluminescence_efficiency": (0.079, "", "1400 nm, external, peak", "title and abstract, recalled"),
    "electrical_to_optical_efficiency": (0.093, "", "1400 nm, power conversion, peak", "abstract, recalled"),
    "photoluminescence_yield": (0.60, "", "of the blend", "recalled"),
}

DARK = "no dark data"

#: No parameter was fitted to this device; the yield of the blend is the paper's.
STATUS = "predicted"

#: What is not in the public text and was taken from devices of the same class.
ASSUMED = (
    "one film in place of the blend: levels and mobility of halide-capped dots of the emitting size",
    "thicknesses: not in the public text; layers recalled",
    "biexciton lifetime: 1 ps/nm^3 times the volume of a dot of 4.9 nm; dot density: close packing of these dots",
    "miss: a blend has fewer emitting dots, so its roll-off starts at lower current",
)

if __name__ == "__main__":
    print(CITATION)
    print(device.explain())
    alignment = device.band_alignment()
    print(alignment)
    print(device.estimate(3.0))
    print("saved", alignment.save("out/pradhan2019_pbs_blend_alignment.svg"))
    print("saved", device.efficiency_curve(numpy.logspace(-6, 1, 71)).save("out/pradhan2019_pbs_blend_efficiency.svg"))
