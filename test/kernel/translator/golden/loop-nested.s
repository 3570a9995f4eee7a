# A loop within a loop.
        xor     eax, eax
1:      mov     ecx, edx
2:      add     eax, ecx
        dec     ecx
        jne     2b
        dec     edx
        jne     1b
        ret
# 0x1000: 31 c0 89 d1 01 c8 49 75 fb 4a 75 f6 c3
