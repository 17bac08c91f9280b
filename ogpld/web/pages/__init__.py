"""What HTML shows: values for templates."""
