# Repeated and single string instructions.
        rep movsd
        stosb
        ret
# 0x1000: f3 a5 aa c3
