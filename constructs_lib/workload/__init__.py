"""What every stateless application is made of."""
