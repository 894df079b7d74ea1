"""The controlled-drug register as whoever keeps it, or inspects it, sees it. No patient is named on its pages."""
