"""The demo county's catalogue as the files a supplier would send: ISO 2709, CNMARC in GB18030 and MARC21 in UTF-8."""

from web.demo.marc.demo_files import DemoFile, write_files

__all__ = ["DemoFile", "write_files"]
