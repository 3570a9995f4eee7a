# A loop that is left at its head and in its middle.
1:      mov     al, [esi]
        test    al, al
        je      3f
        cmp     al, bl
        je      2f
        inc     esi
        jmp     1b
2:      mov     eax, esi
        ret
3:      xor     eax, eax
        ret
# 0x1000: 8a 06 84 c0 74 0a 38 d8 74 03 46 eb f3 89 f0 c3 31 c0 c3
