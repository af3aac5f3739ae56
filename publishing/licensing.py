"""Under which licence the data may be used: said in the head of every answer."""

LICENSE = '<https://creativecommons.org/licenses/by/4.0/>; rel="license"'
