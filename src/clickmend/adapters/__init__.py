"""Networks of any origin as models for sessions: from one string, or from a module in memory."""
