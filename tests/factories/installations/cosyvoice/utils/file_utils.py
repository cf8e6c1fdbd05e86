def load_wav(path, rate):
    return path, rate
