"""Make the virtual environment from the lock, so that everything else can run. Used by the Makefile.

Kept to what any Python understands, since its first duty is to say that a Python is too old.
"""

import hashlib
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
NEEDED_BYTES = {"run": 1500 * 10**6, "test": 2500 * 10**6}
LOCKS = {"run": "requirements.lock", "test": os.path.join("tests", "requirements.lock")}


def stop(message):
    sys.stderr.write("throughcare: %s\n" % message)
    sys.exit(1)


def check_python():
    if sys.version_info < (3, 11):
        stop(
            "Python 3.11 or newer is needed; this is %d.%d. Install one and say which: make demo PYTHON=python3.12"
            % sys.version_info[:2]
        )
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        stop("This Python cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv")


def check_space(purpose):
    if shutil.disk_usage(ROOT).free < NEEDED_BYTES[purpose]:
        stop("The disk is nearly full: free %d MB and try again." % (NEEDED_BYTES[purpose] // 10**6))


def check_own_environment():
    """Making an environment empties the folder, which behind a link is that of somebody else."""
    if os.path.islink(VENV):
        stop("%s is a link to the environment of another checkout. Remove the link and run it again." % VENV)


def fingerprint(purpose):
    """Of all that decides what is installed."""
    digest = hashlib.sha256((purpose + birthplace()).encode())
    for name in (LOCKS[purpose], "pyproject.toml"):
        with open(os.path.join(ROOT, name), "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def birthplace():
    """An environment survives neither being moved nor another Python."""
    return "%s %s" % (ROOT, sys.version)


def make_environment():
    import venv

    note = os.path.join(VENV, "made-for")
    try:
        with open(note) as file:
            if file.read() == birthplace():
                return
    except OSError:
        pass
    venv.create(VENV, clear=True, with_pip=True, symlinks=True)
    with open(note, "w") as file:
        file.write(birthplace())


def stamp(purpose):
    return os.path.join(VENV, "installed-for-" + purpose)


def is_current(purpose):
    try:
        with open(stamp(purpose)) as file:
            return file.read() == fingerprint(purpose)
    except OSError:
        return False


def pip(*arguments):
    command = [
        os.path.join(VENV, "bin", "python"),
        "-m",
        "pip",
        "--disable-pip-version-check",
        "install",
        "--quiet",
    ]
    if subprocess.call(command + list(arguments), cwd=ROOT):
        stop("Setting up failed; the lines above say why. Check the network and the disk, then run it again.")


def install(purpose):
    sys.stderr.write("Setting up Throughcare in .venv; the first time takes a minute or two.\n")
    make_environment()
    # Tests use a fifth of what they install, and keep compiled what they read; who runs the product waits for nothing later.
    compiled = ["--no-compile"] if purpose == "test" else []
    # The lock is complete, and where it overrides what a package asks for, pip would object.
    pip("--no-deps", "--require-hashes", "-r", LOCKS[purpose], *compiled)
    pip("--no-deps", "--no-build-isolation", "-e", ".")
    with open(stamp(purpose), "w") as file:
        file.write(fingerprint(purpose))


def main():
    check_python()
    purpose = "test" if "--test" in sys.argv else "run"
    # What tests need includes what running needs.
    if not (is_current(purpose) or (purpose == "run" and is_current("test"))):
        check_space(purpose)
        check_own_environment()
        install(purpose)


if __name__ == "__main__":
    main()
