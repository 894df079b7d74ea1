"""The pages of whoever treats: finding a person, the emergency card, the record, emergency access and its review.

Every page here is POST where it is about a person, so that no address holds anything of one.
"""
