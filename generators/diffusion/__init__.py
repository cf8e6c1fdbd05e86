"""What pictures, films, faces and music made by diffusers' pipelines have in common: loading, prompts, steering, adapters."""
