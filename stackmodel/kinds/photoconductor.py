"""Photoconductors: a film between two contacts, whose carriers light multiplies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import ClassVar, Self

import attrs

from stackmodel.errors import InputError, UnsupportedError
from stackmodel.estimates.photoconductor import Geometry, estimate, geometry_of
from stackmodel.kinds.detector import Detector
from stackmodel.kinds.registry import registered
from stackmodel.light.spectrum import Light, as_light
from stackmodel.physics.constants import NM, UM
from stackmodel.quantities import ACCURACY, checked
from stackmodel.results.alignment import Alignment
from stackmodel.results.equilibrium import Equilibrium
from stackmodel.results.jv import CurrentVoltage, DarkCurrent
from stackmodel.results.photoconductor import PhotoconductorEstimate
from stackmodel.results.spectral_response import SpectralResponse
from stackmodel.structure.levels import Assumed, electrical_positions
from stackmodel.structure.paths import LONGEST, along, thickness
from stackmodel.structure.setup import Setup, assumptions_of_ends, film_of
from stackmodel.units import Value


@registered
@attrs.frozen(init=False, kw_only=True, repr=False)
class Photoconductor(Detector):
    """A photoconductor, vertical or lateral; see `Device` for what it takes.

    Vertical is a stack between two electrodes, its film the active layer. Lateral is a film on a substrate with a
    source, a drain and a length, ``channel: PbS(3.4nm, EDT) 300nm [source=Au, drain=Au, length=5um, width=1mm]``. Its
    current flows along the film, its voltage is drain minus source, and current densities are those through the film's
    cross section. It is solved along its length as if it were a stack: nothing that lies above or below it conducts.
    The anode is the last terminal written, because there is no junction.
    """

    kind: ClassVar[str] = "photoconductor"
    default_metrics: ClassVar[tuple[str, ...]] = (
        "estimate.gain@1V", "estimate.gain_bandwidth@1V", "estimate.dark_current@1V",
    )  # fmt: skip

    @property
    def lateral(self) -> bool:
        """Whether the current flows along the film."""
        return bool(self.stack.layers[self._film].lateral)

    @cached_property
    def path(self) -> Self:
        """The device as the current sees it: itself, or the way from source to drain written as a stack."""
        if not self.lateral:
            return self
        if self.area is not None:
            raise InputError(
                f"{self.kind}: area is given, but a lateral film has its cross section from width and thickness; "
                "leave it out"
            )
        stack = along(self.stack, self._film)
        ends = (self.front, "source"), (self.back, "drain")
        for given, end in ends:
            if given is None and end not in self.stack.layers[self._film].lateral:
                name = self.stack.names[self._film]
                raise InputError(f'{name}: {end} is missing; expected e.g. "channel: ... [{end}=Au]"')
        return self._replaced(stack=stack, area=self._geometry.cross_section)

    def band_alignment(self) -> Alignment:
        """Return the levels before contact along the way of the current."""
        return self._alignment

    def estimate(self, voltage: Value = 0.0, light: Light | None = None) -> PhotoconductorEstimate:  # type: ignore[override]  # an answer of its own kind
        """Return dark conduction, transit times, gain, bandwidth and detector figures in closed form.

        Parameters
        ----------
        voltage : float or str
            Anode minus cathode; drain minus source of a lateral film. [V]
        light : Light, optional
            Adds the photocurrent of weak light, by Beer-Lambert absorption in one pass.
        """
        return estimate(
            self.setup, self._geometry, voltage=checked("voltage", voltage, self.kind),
            light=as_light(light, self.kind),
        )  # fmt: skip

    def equilibrium(self) -> Equilibrium:
        """Return the solved band diagram at thermal equilibrium along the way of the current."""
        return super().equilibrium() if self.path is self else self._solvable().equilibrium()

    def jv(
        self,
        voltages: Sequence[Value],
        light: Light | None = None,
        generation: Value | Mapping[str, Value] | None = None,
        *,
        accuracy: Value = ACCURACY,
    ) -> CurrentVoltage:
        """Return the solved current-voltage curve along the way of the current; parameters as for every device."""
        if self.path is self:
            return super().jv(voltages, light, generation, accuracy=accuracy)
        film = self.stack.names[self._film]
        if light is not None and generation is None:
            # Along the film the light is the same everywhere; through it the carriers spread at once.
            generation, light = self._mean_generation(light), None
        if generation is not None and not isinstance(generation, Mapping):
            generation = {film: generation}
        return self._solvable().jv(voltages, light, generation, accuracy=accuracy)

    def dark_current(
        self,
        voltage: Value,
        *,
        background: Value | None = None,
        fov: Value | None = None,
        ranges: bool = False,
        accuracy: Value = ACCURACY,
    ) -> DarkCurrent:
        """Return the solved dark current at `voltage` [V] by mechanism; parameters as for every detector."""
        if self.path is self:
            return super().dark_current(voltage, background=background, fov=fov, ranges=ranges, accuracy=accuracy)
        if background is not None or fov is not None:
            raise UnsupportedError(
                f"{self.kind}: background along a lateral film is not built yet; give jv(generation=...) what it makes"
            )
        return self._solvable().dark_current(voltage, ranges=ranges, accuracy=accuracy)

    def spectral_response(
        self,
        wavelengths: Sequence[Value],
        voltage: Value = 0.0,
        light: Light | None = None,
        *,
        accuracy: Value = ACCURACY,
    ) -> SpectralResponse:
        """Return the response to weak light; parameters as for every device.

        Its EQE counts the gain, and is positive where light adds to the current of the voltage.
        """
        self._refuse_trap_lifetime()
        if self.path is self:
            return super().spectral_response(wavelengths, voltage, light, accuracy=accuracy)
        from stackmodel.experiments.illumination import illumination
        from stackmodel.experiments.optics import wavelengths_of
        from stackmodel.experiments.spectral_response import lateral_response

        self._solvable()
        shining, setup = as_light(light, self.kind), self._asked(accuracy)
        return lateral_response(
            setup, wavelengths_of("spectral_response", wavelengths), checked("voltage", voltage, self.kind),
            None if shining is None else illumination(setup, shining),
            None if shining is None else self._mean_generation(shining),
        )  # fmt: skip

    def gain(self, voltage: Value, generation: Value, *, accuracy: Value = ACCURACY) -> float:
        """Return the solved gain: the change of the current over the charge that is generated.

        Parameters
        ----------
        voltage : float or str
            Anode minus cathode. [V]
        generation : float or str
            Uniform rate in the film; weak, so that it leaves the lifetime alone. [cm^-3 s^-1]
        accuracy : float or str
            Largest estimated error that the mesh may leave, "0.1 %" to "2 %".
        """
        from stackmodel.experiments.photoresponse import gain

        rate = checked("generation", generation, self.kind)
        path = self if self.path is self else self._solvable()
        i = path._film
        return gain(
            path._asked(accuracy), checked("voltage", voltage, self.kind), {path.stack.names[i]: rate},
            made=rate * thickness(path.stack, i),
        )  # fmt: skip

    @property
    def _film(self) -> int:
        return film_of(self.stack)

    @cached_property
    def _geometry(self) -> Geometry:
        return geometry_of(self.stack, self._film, self.area)

    def _made(self) -> Setup:
        made = attrs.evolve(self.path.setup, written=self.stack) if self.path is not self else super()._made()
        if self.anode is None:
            made = attrs.evolve(made, anode="back", anode_reason="last terminal written")
        notes = [
            Assumed(
                whose=self.stack.names[self._film], what=f"{key} acts in estimate() only", rule="trap_lifetime_closed"
            )
            for key in self._trap_lifetimes
        ]
        return attrs.evolve(made, along_bias=True, assumed=(*assumptions_of_ends(made.ends), *notes))

    @property
    def _trap_lifetimes(self) -> list[str]:
        given = self.stack.layers[self._film].material.parameters
        return [key for key in ("electron_trap_lifetime", "hole_trap_lifetime") if key in given]

    def _refuse_trap_lifetime(self) -> None:
        name = self.stack.names[self._film]
        for key in self._trap_lifetimes:
            raise UnsupportedError(
                f"{name}: {key} acts in estimate() only, whose responsivity has its gain; a solved response has "
                f"that of levels with densities and captures: give trap densities, or leave {key} out"
            )

    def _mean_generation(self, light: Light) -> float:
        """Return the pairs that light makes in the film, per volume [cm^-3 s^-1]."""
        from stackmodel.experiments.illumination import illumination

        made = illumination(self._lit, light).layers[electrical_positions(self.stack).index(self._film)]
        return float(made.pairs[-1]) / self._geometry.depth

    def _solvable(self) -> Self:
        if self._geometry.length / NM > LONGEST:
            raise UnsupportedError(
                f"{self.kind}: a film of {self._geometry.length / UM:g} um is too long to be solved along its length; "
                f"expected at most {LONGEST * 1e-3:g} um, or ask estimate()"
            )
        return self.path
