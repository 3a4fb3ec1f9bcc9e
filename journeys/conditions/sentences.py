from journeys.conditions.printer import printed
def sentence(tree, vocabulary, lang="en"):
    return printed(tree)
