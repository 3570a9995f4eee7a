# INT: the VM leaves before it, and goes on behind it.
        mov     eax, 1
        int     0xd0
        mov     ecx, eax
        ret
# 0x1000: b8 01 00 00 00 cd d0 89 c1 c3
