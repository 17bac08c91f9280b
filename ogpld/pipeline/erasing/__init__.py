"""Erase a statement or a thing from a home, and keep it from coming back."""

from ogpld.pipeline.erasing.erase import ErasurePlan, erase, plan_erasure, resume_erasure

__all__ = ["ErasurePlan", "erase", "plan_erasure", "resume_erasure"]
