# 64-bit addition in two halves.
        add     eax, ecx
        adc     edx, ebx
        ret
# 0x1000: 01 c8 11 da c3
