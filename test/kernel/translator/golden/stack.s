# PUSH and POP of registers, constants and memory, and of ESP itself.
        push    eax
        push    -1
        push    dword ptr [ebx]
        push    esp
        pop     ecx
        pop     dword ptr [ebx]
        add     esp, 8
        ret
# 0x1000: 50 6a ff ff 33 54 59 8f 03 83 c4 08 c3
