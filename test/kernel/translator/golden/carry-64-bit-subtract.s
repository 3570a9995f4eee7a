# 64-bit subtraction and negation in two halves.
        sub     eax, [esp+4]
        sbb     edx, [esp+8]
        neg     eax
        adc     edx, 0
        neg     edx
        ret
# 0x1000: 2b 44 24 04 1b 54 24 08 f7 d8 83 d2 00 f7 da c3
