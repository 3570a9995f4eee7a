# A branch on the sign of a difference, one on parity.
        sub     eax, ebx
        js      1f
        inc     ecx
1:      test    al, al
        jp      2f
        inc     ecx
2:      ret
# 0x1000: 29 d8 78 01 41 84 c0 7a 01 41 c3
