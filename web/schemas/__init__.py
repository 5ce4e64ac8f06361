"""What the API sends and takes, as models; together they are its OpenAPI document."""
