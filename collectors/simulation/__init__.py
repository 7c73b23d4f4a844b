"""The simulated contact centre: a plan of queues and teams, what each contact brings along, and the world they meet in."""
