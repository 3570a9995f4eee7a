# A branch on the result of arithmetic itself.
        sub     eax, 1
        jz      1f
        dec     ecx
        js      1f
        inc     edx
1:      ret
# 0x1000: 83 e8 01 74 04 49 78 01 42 c3
