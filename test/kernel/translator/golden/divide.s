# Division checks what the CPU would refuse, before it divides.
        cdq
        idiv    ecx
        xor     edx, edx
        div     dword ptr [ebx]
        ret
# 0x1000: 99 f7 f9 31 d2 f7 33 c3
