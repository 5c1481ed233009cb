"""Names the packages of the wheel: those of the source, and the house (see pyproject.toml)."""

from setuptools import find_packages, setup

setup(packages=[*find_packages(include=["portal", "portal.*"]), "portal.house"])
