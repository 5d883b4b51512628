"""The CDK application: one stack with everything that Skylabel needs on AWS."""
