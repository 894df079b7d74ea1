"""The registers, one file each: what is counted, from which resources, and where a person was then."""

from services.inspection.registers import deaths, holds, injuries, omissions
from services.inspection.registers.register import Register

REGISTERS: tuple[Register, ...] = (
    omissions.REGISTER,
    holds.REGISTER,
    injuries.REGISTER,
    deaths.REGISTER,
)
"""Every register that the records fill. Add a file and its line here to add one."""
