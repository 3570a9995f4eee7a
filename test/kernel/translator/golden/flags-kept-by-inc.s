# INC and DEC leave the carry of what came before.
        add     eax, ebx
        inc     ecx
        adc     edx, 0
        ret
# 0x1000: 01 d8 41 83 d2 00 c3
