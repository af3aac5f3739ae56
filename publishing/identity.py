"""placeholder until helper writes"""


def successor(resource, id_):
    return None
