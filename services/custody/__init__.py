"""What custody is told: who has to be where at what time, and who is fit for transfer. Nothing else."""
