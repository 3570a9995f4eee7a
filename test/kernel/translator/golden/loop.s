# A loop: its head looks at the fuel.
        xor     eax, eax
1:      add     eax, [ebx+ecx*4-4]
        dec     ecx
        jne     1b
        ret
# 0x1000: 31 c0 03 44 8b fc 49 75 f9 c3
