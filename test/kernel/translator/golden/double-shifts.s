# SHLD and SHRD, as compilers shift 64 bits.
        shld    edx, eax, 5
        shrd    eax, edx, cl
        ret
# 0x1000: 0f a4 c2 05 0f ad d0 c3
