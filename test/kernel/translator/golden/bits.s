# Searching and testing bits; byte order.
        bsf     eax, ecx
        bt      edx, 5
        adc     ebx, 0
        bswap   esi
        ret
# 0x1000: 0f bc c1 0f ba e2 05 83 d3 00 0f ce c3
