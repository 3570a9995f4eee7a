# Moves between registers, constants and memory.
        mov     eax, ebx
        mov     ecx, 0x12345678
        mov     edx, [ebp+8]
        mov     [ebp-4], ecx
        mov     dword ptr [0x2000], 7
        ret
# 0x1000: 89 d8 b9 78 56 34 12 8b 55 08 89 4d fc c7 05 00 20 00 00 07 00 00 00 c3
