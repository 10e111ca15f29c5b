"""Rules on trial (规则回测): past orders judged again by the code that decides on new ones."""
