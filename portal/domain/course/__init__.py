"""The course of a case: its states, what it waits for, letters, journey, history."""
