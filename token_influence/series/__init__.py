"""Number series that a model continues: which earlier numbers its forecast rests on."""
