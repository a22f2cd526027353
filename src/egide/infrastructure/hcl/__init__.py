"""Reads HCL (Terraform and OpenTofu code) without running anything: blocks with their lines, and values as far as they are static."""
