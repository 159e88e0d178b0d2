"""Forecasts of demand, held against what came and against what one would guess without a model."""
