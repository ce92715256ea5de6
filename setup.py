"""What pyproject.toml cannot say: an editable install brings the kernelspec too."""

from setuptools import Distribution, setup


class WithData(Distribution):
    """An editable install asks ``has_data``, which setuptools itself only knows as ``has_data_files``."""

    has_data = Distribution.has_data_files


setup(distclass=WithData)
