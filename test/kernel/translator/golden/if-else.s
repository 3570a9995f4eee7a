# Two ways that meet again become an if.
        test    eax, eax
        je      1f
        mov     ecx, 1
        jmp     2f
1:      mov     ecx, 2
2:      add     ecx, eax
        ret
# 0x1000: 85 c0 74 07 b9 01 00 00 00 eb 05 b9 02 00 00 00 01 c1 c3
