"""The income rules: R01–R04 and R27. They serve screening now and the income lists later."""
