"""What pyproject.toml has no words for: resources/ lies beside the package and is installed inside it."""

from setuptools import find_namespace_packages, setup

setup(
    packages=[
        *find_namespace_packages(include=["iro_allocator*"], exclude=["*__pycache__*"]),
        "iro_allocator.resources",
    ],
    package_dir={"iro_allocator.resources": "resources"},
    package_data={"iro_allocator.resources": ["**/*"]},
)
