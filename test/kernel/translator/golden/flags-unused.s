# Flags that nothing reads before they are written again cost nothing.
        add     eax, ebx
        sub     ecx, edx
        xor     esi, esi
        cmp     eax, ecx
        jne     1f
        mov     esi, 1
1:      test    esi, esi
        ret
# 0x1000: 01 d8 29 d1 31 f6 39 c8 75 05 be 01 00 00 00 85 f6 c3
