"""Contacts: what an end of the stack does to carriers."""

from __future__ import annotations

import attrs

from stackmodel.errors import InputError, did_you_mean, shorten
from stackmodel.quantities import checked
from stackmodel.units import Value

KINDS = ("ohmic", "schottky", "blocking")


@attrs.frozen(kw_only=True)
class Contact:
    """One contact. Made by `Contact.ohmic`, `Contact.schottky` or `Contact.blocking`."""

    kind: str
    work_function: float | None = None
    electron_recombination_velocity: float | None = None
    hole_recombination_velocity: float | None = None
    image_force: bool = False

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.image_force, bool):
            raise InputError(f"contact: image_force is {shorten(self.image_force)}; expected True or False")
        if self.kind not in KINDS:
            hint = did_you_mean(str(self.kind), KINDS) or f" Expected one of: {', '.join(KINDS)}."
            raise InputError(f'contact: unknown kind "{shorten(self.kind)}".{hint}')
        if (self.kind == "schottky") != (self.work_function is not None):
            needs = "needs a" if self.work_function is None else "takes no"
            raise InputError(
                f"contact: {self.kind} {needs} work_function; expected Contact.schottky(work_function=...)"
            )
        if self.kind == "blocking":
            for name in ("electron_recombination_velocity", "hole_recombination_velocity"):
                if getattr(self, name):
                    raise InputError(
                        f"contact: blocking takes no {name}; expected Contact.ohmic({name}=...), 0 cm/s for a carrier "
                        "that is blocked"
                    )

    @classmethod
    def ohmic(
        cls,
        *,
        electron_recombination_velocity: Value | None = None,
        hole_recombination_velocity: Value | None = None,
    ) -> Contact:
        """Return a flat-band contact: it has the Fermi level of the neutral layer beside it.

        A velocity [cm/s] that is given holds for that carrier, as at the back of a cell whose surface recombines with
        1e4 cm/s; without one the contact holds the carriers at their equilibrium density.
        """
        electrons, holes = _velocities(electron_recombination_velocity, hole_recombination_velocity)
        return cls(kind="ohmic", electron_recombination_velocity=electrons, hole_recombination_velocity=holes)

    @classmethod
    def schottky(
        cls,
        *,
        work_function: Value,
        electron_recombination_velocity: Value | None = None,
        hole_recombination_velocity: Value | None = None,
        image_force: bool = False,
    ) -> Contact:
        """Return a contact at its work function [eV], with a velocity [cm/s] per carrier where given.

        With `image_force` the lowering of the barrier by the image force is computed; off by default.
        """
        electrons, holes = _velocities(electron_recombination_velocity, hole_recombination_velocity)
        return cls(
            kind="schottky", work_function=checked("work_function", work_function, "contact"),
            image_force=image_force, electron_recombination_velocity=electrons,
            hole_recombination_velocity=holes,
        )  # fmt: skip

    @classmethod
    def blocking(cls) -> Contact:
        """Return a contact that no carrier passes; it holds the potential of a flat band."""
        return cls(kind="blocking")


def _velocities(electrons: Value | None, holes: Value | None) -> tuple[float | None, float | None]:
    return (
        None if electrons is None else checked("electron_recombination_velocity", electrons, "contact"),
        None if holes is None else checked("hole_recombination_velocity", holes, "contact"),
    )
